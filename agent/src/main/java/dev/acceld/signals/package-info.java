/**
 * How much a pod has of accelerators and how busy it keeps them, whatever their vendor: for what
 * scales pods or routes requests to them.
 */
@NullMarked
package dev.acceld.signals;

import org.jspecify.annotations.NullMarked;
