/**
 * Layers, manifests and archives, identical byte for byte for the same files. Independent of
 * acceld.
 */
@NullMarked
package dev.acceld.image.oci;

import org.jspecify.annotations.NullMarked;
