/**
 * acceld as an operator has it: the chart, the image just built, and what it leaves on a node.
 * Knows the outside only, no class of acceld's own.
 */
@NullMarked
package dev.acceld.e2e.install;

import org.jspecify.annotations.NullMarked;
