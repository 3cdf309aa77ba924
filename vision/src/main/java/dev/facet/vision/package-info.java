@NullMarked
package dev.facet.vision;

import org.jspecify.annotations.NullMarked;
