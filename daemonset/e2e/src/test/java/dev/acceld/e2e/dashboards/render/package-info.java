/**
 * Draws dashboards as PNG images, so that a person can look at them without Grafana: near enough to
 * see what a panel shows, its unit, legend and colors. Asks nobody; gets the answers.
 */
@NullMarked
package dev.acceld.e2e.dashboards.render;

import org.jspecify.annotations.NullMarked;
