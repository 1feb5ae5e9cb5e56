/** The command line of daemonset/e2e/bin/cluster. */
@NullMarked
package dev.acceld.e2e.cli;

import org.jspecify.annotations.NullMarked;
