/** The contents of an image as a CycloneDX bill of materials next to it. Independent of layers. */
@NullMarked
package dev.acceld.image.sbom;

import org.jspecify.annotations.NullMarked;
