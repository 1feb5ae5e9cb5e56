/**
 * What happened when a device failed: one file for each fault, with the readings before and after
 * it, who had the device, and how it ended. Nothing here decides anything; a recorder that fails
 * costs records only.
 */
@NullMarked
package dev.acceld.recorder;

import org.jspecify.annotations.NullMarked;
