/** The command line: thin commands over the library. Nothing here is an API. */
@NullMarked
package dev.facet.cli;

import org.jspecify.annotations.NullMarked;
