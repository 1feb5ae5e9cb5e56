/** The root file system of the image while it grows, on the build machine's disk. */
@NullMarked
package dev.acceld.image.tree;

import org.jspecify.annotations.NullMarked;
