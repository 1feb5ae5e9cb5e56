/**
 * Tests of the chart, the plain manifests and the examples without a cluster: as files, and as
 * rendered by Helm if it is available.
 */
@NullMarked
package dev.acceld.chart;

import org.jspecify.annotations.NullMarked;
