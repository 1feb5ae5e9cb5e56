/**
 * Debian packages pinned by digest: where they come from and what they contain. Independent of
 * images.
 */
@NullMarked
package dev.acceld.image.debian;

import org.jspecify.annotations.NullMarked;
