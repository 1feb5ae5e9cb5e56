/**
 * Format and destination of log lines: text or JSON on standard error, with the claim, pod and
 * device that a line concerns. The only package that uses the logging backend.
 */
@NullMarked
package dev.acceld.telemetry.log;

import org.jspecify.annotations.NullMarked;
