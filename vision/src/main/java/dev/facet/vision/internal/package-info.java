/** Shared by the networks' packages; not exported. */
@NullMarked
package dev.facet.vision.internal;

import org.jspecify.annotations.NullMarked;
