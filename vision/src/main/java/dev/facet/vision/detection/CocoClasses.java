package dev.facet.vision.detection;

import java.util.ArrayList;
import java.util.List;

/** The 80 classes of COCO (Lin et al. 2014; instances_train2017), by the number of the category. */
final class CocoClasses {
  /** Largest number of a category; ten below it are not in use. */
  static final int LARGEST_ID = 90;

  /** Separated by commas, from category 1 on; a gap where a number is not in use. */
  private static final String NAMES =
      "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,,"
          + "stop sign,parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,"
          + "giraffe,,backpack,umbrella,,,handbag,tie,suitcase,frisbee,skis,snowboard,"
          + "sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,"
          + "bottle,,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,"
          + "carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,,dining table,,,toilet,,"
          + "tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,,"
          + "book,clock,vase,scissors,teddy bear,hair drier,toothbrush";

  private CocoClasses() {}

  /** Category numbers in use, ascending: the order in which detectron2 numbers the classes. */
  static List<Integer> ids() {
    String[] names = NAMES.split(",", -1);
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      if (!names[i].isEmpty()) {
        ids.add(i + 1);
      }
    }
    return ids;
  }

  /** The name of a category, {@code unused} for a number that is not in use. */
  static String name(int id) {
    String name = NAMES.split(",", -1)[id - 1];
    return name.isEmpty() ? "unused" : name;
  }
}
