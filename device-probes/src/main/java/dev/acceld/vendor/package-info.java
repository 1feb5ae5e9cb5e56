/**
 * The values that a vendor's module answers with: its settings, the kinds of configuration that it
 * understands, what it says of the node's hardware. Plain data, without code of any vendor.
 */
@NullMarked
package dev.acceld.vendor;

import org.jspecify.annotations.NullMarked;
