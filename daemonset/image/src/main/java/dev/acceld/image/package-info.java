/** The build of the container image: its commands and the order of its steps. */
@NullMarked
package dev.acceld.image;

import org.jspecify.annotations.NullMarked;
