/**
 * What TPU workloads tell about their chips: a client of the metrics service that libtpu runs
 * inside the workload. Knows addresses and numbers of chips, no claims and no pods. The other end
 * belongs to whoever wrote the workload: nothing that it says is taken unchecked, and no answer
 * costs more than a few hundred kilobytes.
 */
@NullMarked
package dev.acceld.probe.tpu.runtime;

import org.jspecify.annotations.NullMarked;
