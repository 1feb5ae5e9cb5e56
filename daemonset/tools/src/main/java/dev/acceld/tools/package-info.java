/** What the builder of the image and the cluster tests share: other programs, Debian's mirrors. */
@NullMarked
package dev.acceld.tools;

import org.jspecify.annotations.NullMarked;
