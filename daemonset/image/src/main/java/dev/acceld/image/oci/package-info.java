/**
 * Layers, manifests and archives, byte for byte the same for the same files. Knows nothing of
 * acceld.
 */
@NullMarked
package dev.acceld.image.oci;

import org.jspecify.annotations.NullMarked;
