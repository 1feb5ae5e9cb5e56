/**
 * How log lines look and where they go: text or JSON on standard error, with the claim, pod and
 * device that a line concerns. The only package that knows the logging backend.
 */
@NullMarked
package dev.acceld.telemetry.log;

import org.jspecify.annotations.NullMarked;
