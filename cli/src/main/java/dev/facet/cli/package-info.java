@NullMarked
package dev.facet.cli;

import org.jspecify.annotations.NullMarked;
