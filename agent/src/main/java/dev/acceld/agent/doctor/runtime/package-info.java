/**
 * The CDI settings in the configuration files of containerd and CRI-O. It only reads files; the
 * checks draw the conclusions.
 */
@NullMarked
package dev.acceld.agent.doctor.runtime;

import org.jspecify.annotations.NullMarked;
