/**
 * An agent taken through the life of a few claims, so that the JVM can record what it loads. The
 * build uses it for the start-up caches of the source tree and of the image.
 */
@NullMarked
package dev.acceld.fake.training;

import org.jspecify.annotations.NullMarked;
