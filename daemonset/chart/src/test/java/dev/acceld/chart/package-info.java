/**
 * The chart, the plain manifests and the examples, looked at without a cluster: as files, and as
 * Helm renders them where there is a Helm.
 */
@NullMarked
package dev.acceld.chart;

import org.jspecify.annotations.NullMarked;
