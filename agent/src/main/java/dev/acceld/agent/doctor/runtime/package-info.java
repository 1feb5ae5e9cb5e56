/**
 * What the files of containerd and CRI-O say about CDI. Only reads files; what follows from them is
 * for the checks to say.
 */
@NullMarked
package dev.acceld.agent.doctor.runtime;

import org.jspecify.annotations.NullMarked;
