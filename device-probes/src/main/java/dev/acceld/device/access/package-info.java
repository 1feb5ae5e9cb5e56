/**
 * What a container needs to use devices: device files, mounts, hooks, and the options of a claim
 * about them. Values only.
 */
@NullMarked
package dev.acceld.device.access;

import org.jspecify.annotations.NullMarked;
