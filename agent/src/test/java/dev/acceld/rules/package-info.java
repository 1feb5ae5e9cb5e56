/** Checks on the structure of the whole code base: which module and package may know which. */
@NullMarked
package dev.acceld.rules;

import org.jspecify.annotations.NullMarked;
