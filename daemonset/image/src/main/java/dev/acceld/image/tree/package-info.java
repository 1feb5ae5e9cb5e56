/** The root file system of the image during the build, on the build machine's disk. */
@NullMarked
package dev.acceld.image.tree;

import org.jspecify.annotations.NullMarked;
