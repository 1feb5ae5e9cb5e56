/**
 * A simulated TPU workload, as its metrics show it: the service that libtpu runs inside a process
 * that uses chips, with libtpu's habits and, on request, with bad ones.
 */
@NullMarked
package dev.acceld.machine.libtpu;

import org.jspecify.annotations.NullMarked;
