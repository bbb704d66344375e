package org.paravane.harness.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paravane.harness.BootFailure;
import org.paravane.harness.BootResult;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.testkit.ScriptedGuest;
import org.paravane.harness.testkit.ScriptedHost;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
  private static final BootSpec SPEC =
      BootSpec.of("test64").append("quiet").expect("one").expect("two").mapDebugExit(16, 0).build();

  private static BootResult boot(String console) {
    return new ScriptedHost(() -> new ScriptedGuest().print(console).powerOff())
        .harness()
        .boot(SPEC);
  }

  private static JsonNode json(BootResult result) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonReport.write(result, out);
    return JsonMapper.shared().readTree(out.toByteArray());
  }

  private static Element junit(BootResult result) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JunitReport.write(result, out);
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(out.toByteArray()))
        .getDocumentElement();
  }

  @Test
  void jsonTellsTheWholeRun() throws IOException {
    JsonNode root = json(boot("one\n"));
    assertThat(root.path("schemaVersion").asInt()).isEqualTo(1);
    assertThat(root.path("outcome").asString()).isEqualTo("marker-missing");
    assertThat(root.path("success").asBoolean()).isFalse();
    assertThat(root.path("exitCode").asInt()).isEqualTo(11);
    assertThat(root.path("platform").asString()).isEqualTo("bare");
    assertThat(root.path("image").path("sha256").asString())
        .isEqualTo("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
    assertThat(root.path("image").path("commandLine").asString()).isEqualTo("console=ttyS0 quiet");
    assertThat(root.path("markers").get(0).path("marker").asString()).isEqualTo("one");
    assertThat(root.path("markers").get(0).path("instructions").asLong()).isEqualTo(300);
    assertThat(root.path("markers").get(0).path("virtualMs").asDouble()).isEqualTo(0.003);
    assertThat(root.path("missingMarkers").get(0).asString()).isEqualTo("two");
    assertThat(root.path("end").path("rip").asString()).isEqualTo("0xffffffff81000000");
    assertThat(root.path("console").path("bytes").asInt()).isEqualTo(4);
    assertThat(root.path("console").path("lastLines").get(0).asString()).isEqualTo("one");
    assertThat(root.path("counters").path("tlb misses").asLong()).isEqualTo(7);
    assertThat(root.path("config").path("memoryBytes").asLong()).isEqualTo(512L << 20);
    assertThat(root.path("config").path("debugExitMap").path("16").asInt()).isZero();
    assertThat(root.path("phases").get(0).path("phase").asString()).isEqualTo("entry");
  }

  @Test
  void jsonTellsWhyABootCouldNotBeTried() throws IOException {
    JsonNode root = json(new BootFailure(SPEC, "IMAGE_NOT_FOUND", "There is no file 'x'.", 3));
    assertThat(root.path("outcome").asString()).isEqualTo("not-run");
    assertThat(root.path("error").asString()).isEqualTo("IMAGE_NOT_FOUND");
    assertThat(root.path("exitCode").asInt()).isEqualTo(3);
  }

  @Test
  void junitPassesWithTheConsole() throws Exception {
    Element suite = junit(boot("one\r\ntwo \033[1m<&>\000\n"));
    assertThat(suite.getAttribute("tests")).isEqualTo("1");
    assertThat(suite.getAttribute("failures")).isEqualTo("0");
    assertThat(suite.getElementsByTagName("failure").getLength()).isZero();
    assertThat(suite.getElementsByTagName("system-out").item(0).getTextContent())
        .isEqualTo("one\ntwo \u241b[1m<&>\u2400\n");
  }

  @Test
  void junitSeparatesFailuresErrorsAndSkips() throws Exception {
    Element failed = junit(boot("one\n"));
    Element broken = junit(new BootFailure(SPEC, "HOST_IO", "No.", 4));
    Element skipped = junit(new BootFailure(SPEC, "IMAGE_NOT_FETCHED", "Fetch it.", 3));
    assertThat(failed.getAttribute("failures")).isEqualTo("1");
    assertThat(failed.getElementsByTagName("failure").item(0).getTextContent())
        .contains("not seen: two");
    assertThat(broken.getAttribute("errors")).isEqualTo("1");
    assertThat(broken.getElementsByTagName("error").getLength()).isEqualTo(1);
    assertThat(skipped.getAttribute("skipped")).isEqualTo("1");
    assertThat(skipped.getAttribute("errors")).isEqualTo("0");
  }

  @Test
  void unwritableFilesAreKnownBefore(@TempDir Path folder) {
    assertThatThrownBy(
            () -> new ReportFile(ReportFormat.JSON, folder.resolve("none/r.json")).checkWritable())
        .isInstanceOfSatisfying(
            HarnessException.class, e -> assertThat(e.error()).isEqualTo(ErrorCode.HOST_IO))
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> new ReportFile(ReportFormat.JSON, folder).checkWritable())
        .hasMessageContaining("directory");
  }

  @Test
  void checkLeavesNothingBehindAndKeepsOldReports(@TempDir Path folder) throws IOException {
    Path fresh = folder.resolve("fresh.json");
    Path old = Files.writeString(folder.resolve("old.json"), "old");
    new ReportFile(ReportFormat.JSON, fresh).checkWritable();
    new ReportFile(ReportFormat.JSON, old).checkWritable();
    assertThat(fresh).doesNotExist();
    assertThat(old).hasContent("old");
  }

  @Test
  void kindsAreReadFromText() {
    assertThat(ReportFile.parse("JUnit=a=b.xml"))
        .isEqualTo(new ReportFile(ReportFormat.JUNIT, Path.of("a=b.xml")));
    for (String bad : new String[] {"json", "json=", "xml=a", "=a"}) {
      assertThatThrownBy(() -> ReportFile.parse(bad))
          .hasMessageContaining("json=FILE, junit=FILE or html=FILE");
    }
  }
}
