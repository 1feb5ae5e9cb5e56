/**
 * What a container needs to use devices: device files, mounts, hooks, and the options of a claim
 * for them. Values only.
 */
@NullMarked
package dev.acceld.device.access;

import org.jspecify.annotations.NullMarked;
