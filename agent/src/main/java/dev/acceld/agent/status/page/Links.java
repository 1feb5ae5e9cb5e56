package dev.acceld.agent.status.page;

import dev.acceld.agent.status.html.Html;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Links between the pages. */
final class Links {
  private Links() {}

  /** To a device's page. */
  static void device(Html html, String root, String name, String shown) {
    html.open("a", "href", root + "devices/" + encoded(name)).text("bdi", shown).close();
  }

  /** To a fault's page. */
  static void fault(Html html, String root, String id) {
    html.open("a", "href", root + "faults/" + encoded(id)).text("bdi", id).close();
  }

  /** To a claim in the list of claims. */
  static void claim(Html html, String root, String namespace, String name, String uid) {
    html.open("a", "href", root + "claims#" + anchor(uid));
    html.text("bdi", namespace + "/" + name).close();
  }

  /** Where a claim is in the list of claims. */
  static String anchor(String uid) {
    return "claim-" + encoded(uid);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
