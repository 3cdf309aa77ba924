@NullMarked
package dev.facet.entropy;

import org.jspecify.annotations.NullMarked;
