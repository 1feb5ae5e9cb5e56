/** The builder of the container image: its commands, and the steps in their order. */
@NullMarked
package dev.acceld.image;

import org.jspecify.annotations.NullMarked;
