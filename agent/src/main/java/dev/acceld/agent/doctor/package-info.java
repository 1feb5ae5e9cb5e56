/**
 * Checks for common problems of a node, each with a recommended fix. Each check is one file; it
 * reads and queries, and changes nothing (except for a probe file that tests whether a disk is
 * full). Only the doctor command loads this package.
 */
@NullMarked
package dev.acceld.agent.doctor;

import org.jspecify.annotations.NullMarked;
