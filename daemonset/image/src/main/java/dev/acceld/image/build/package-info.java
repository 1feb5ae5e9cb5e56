/** What goes into the image, layer by layer. */
@NullMarked
package dev.acceld.image.build;

import org.jspecify.annotations.NullMarked;
