/** What is in an image, as a CycloneDX bill of materials beside it. Knows nothing of layers. */
@NullMarked
package dev.acceld.image.sbom;

import org.jspecify.annotations.NullMarked;
