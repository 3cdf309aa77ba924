@NullMarked
package dev.facet.codec;

import org.jspecify.annotations.NullMarked;
