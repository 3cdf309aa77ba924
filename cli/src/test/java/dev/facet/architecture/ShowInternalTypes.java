package dev.facet.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

/** Met by a class whose public or protected signatures name a type from an {@code internal} package. */
final class ShowInternalTypes extends ArchCondition<JavaClass> {

  ShowInternalTypes() {
    super("show internal types in public signatures");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    for (JavaCodeUnit unit : type.getCodeUnits()) {
      if (visible(unit.getModifiers())) {
        report(events, unit.getFullName(), unit.getRawReturnType());
        unit.getRawParameterTypes()
            .forEach(parameter -> report(events, unit.getFullName(), parameter));
      }
    }
    for (JavaField field : type.getFields()) {
      if (visible(field.getModifiers())) {
        report(events, field.getFullName(), field.getRawType());
      }
    }
  }

  private static boolean visible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static void report(ConditionEvents events, String member, JavaClass shown) {
    JavaClass element = shown.getBaseComponentType();
    if (ArchitectureTest.isInternal(element.getPackageName())) {
      events.add(SimpleConditionEvent.satisfied(member, member + " shows " + element.getName()));
    }
  }
}
