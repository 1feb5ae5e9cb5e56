package dev.acceld.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuditLogTest {
  @Test
  void readsWhoDidWhatToWhat() {
    assertThat(
            AuditLog.parse(
                """
                {"kind":"Event","level":"Metadata","stage":"ResponseComplete","verb":"get",
                 "requestURI":"/apis/resource.k8s.io/v1/namespaces/a/resourceclaims/c",
                 "user":{"username":"system:serviceaccount:acceld-system:acceld"},
                 "userAgent":"acceld/0.1.0","responseStatus":{"code":200},
                 "objectRef":{"resource":"resourceclaims","subresource":"status","namespace":"a",
                  "name":"c","apiGroup":"resource.k8s.io","apiVersion":"v1"}}
                """))
        .contains(
            new AuditLog.Request(
                "system:serviceaccount:acceld-system:acceld",
                "get",
                "resource.k8s.io",
                "resourceclaims/status",
                "c",
                200,
                "acceld/0.1.0"));
  }

  @Test
  void aPathThatIsNoResourceIsNamedWithoutItsQuery() {
    assertThat(
            AuditLog.parse(
                """
                {"stage":"ResponseComplete","verb":"get","requestURI":"/readyz?verbose=1",
                 "user":{"username":"u"}}
                """))
        .get()
        .extracting(AuditLog.Request::resource)
        .isEqualTo("/readyz");
  }

  @Test
  void aLineThatIsStillBeingWrittenIsLeftOut() {
    assertThat(AuditLog.parse("{\"stage\":\"ResponseComplete\",\"ver")).isEmpty();
    assertThat(AuditLog.parse("{\"stage\":\"Panic\"}")).isEmpty();
  }
}
