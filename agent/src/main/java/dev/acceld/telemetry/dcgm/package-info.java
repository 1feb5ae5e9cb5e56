/**
 * Which of dcgm-exporter's series are served, and under which of its names: a setting, and people's
 * own counter files.
 */
@NullMarked
package dev.acceld.telemetry.dcgm;

import org.jspecify.annotations.NullMarked;
