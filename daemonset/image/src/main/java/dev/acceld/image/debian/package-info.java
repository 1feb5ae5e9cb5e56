/**
 * Debian packages pinned by digest: where they come from and what is in them. Knows nothing of
 * images.
 */
@NullMarked
package dev.acceld.image.debian;

import org.jspecify.annotations.NullMarked;
