package dev.facet.eval.dataset;

/**
 * A class of objects.
 *
 * @param id by which COCO files name it
 * @param name for people
 */
public record Category(int id, String name) {}
