/**
 * The values that describe a vendor's module: its settings, its kinds of configuration, and its
 * results about the node's hardware. Plain data, without vendor code.
 */
@NullMarked
package dev.acceld.vendor;

import org.jspecify.annotations.NullMarked;
