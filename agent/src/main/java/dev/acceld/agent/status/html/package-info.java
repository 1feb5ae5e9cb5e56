/**
 * HTML and SVG as text: a writer that escapes everything, and charts made with it. Knows nothing of
 * devices.
 */
@NullMarked
package dev.acceld.agent.status.html;

import org.jspecify.annotations.NullMarked;
