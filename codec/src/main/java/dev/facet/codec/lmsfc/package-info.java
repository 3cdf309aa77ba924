@NullMarked
package dev.facet.codec.lmsfc;

import org.jspecify.annotations.NullMarked;
