/**
 * acceld as an operator installs it: the chart, the image just built, and what it leaves on a node.
 * It uses no class of acceld.
 */
@NullMarked
package dev.acceld.e2e.install;

import org.jspecify.annotations.NullMarked;
