/** The contents of the image, layer by layer. */
@NullMarked
package dev.acceld.image.assembly;

import org.jspecify.annotations.NullMarked;
