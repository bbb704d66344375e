package org.paravane.harness.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.paravane.core.machine.ExitReason;
import org.paravane.harness.BootFailure;
import org.paravane.harness.BootResult;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.testkit.ScriptedGuest;
import org.paravane.harness.testkit.ScriptedHost;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class HtmlReportTest {
  private static final BootSpec SPEC = BootSpec.of("test64").expect("one").expect("two").build();

  private static BootResult boot(String console) {
    return boot(SPEC, console);
  }

  private static BootResult boot(BootSpec spec, String console) {
    return new ScriptedHost(() ->
        new ScriptedGuest().work(1_000_000).print(console).end(new ExitReason.TripleFault()))
        .harness()
        .boot(spec);
  }

  private static String html(BootResult... results) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HtmlReport.write(List.of(results), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The page by an XML parser, which is as strict about nesting and escapes as a browser is lenient. */
  private static Document parsed(String html) throws Exception {
    String xml =
        html.replaceFirst("<!doctype html>", "").replaceAll("<meta ([^>]*)>", "<meta $1/>");
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> texts(Document page, String element) {
    NodeList nodes = page.getElementsByTagName(element);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }

  @Test
  void consoleTextIsTextWhateverItSays() throws Exception {
    String attack = "</pre><script>alert(1)</script><img src=x onerror='a()'>&amp;\"";
    Document page = parsed(html(boot("one\n\033[31m" + attack + "\033[0m\000\n")));
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(page.getElementsByTagName("img").getLength()).isZero();
    assertThat(texts(page, "pre").getFirst()).isEqualTo("\none\n" + attack + "\u2400\n");
  }

  @Test
  void namesMarkersAndLinesAreTextToo() throws Exception {
    String evil = "<script>'\"&";
    BootSpec spec = BootSpec.of("test64").append(evil).expect(evil).build();
    BootSpec evilImage = BootSpec.of(evil).build();
    Document page =
        parsed(
            html(
                new BootFailure(evilImage, "IMAGE_NOT_FOUND", evil, 3),
                boot(spec, "<script>'&\n")));
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(texts(page, "h2").getFirst()).startsWith(evil + " on bare");
    assertThat(texts(page, "p")).contains(evil);
    assertThat(texts(page, "code")).contains(evil, "<script>'&");
  }

  @Test
  void loadsAndRunsNothing() throws Exception {
    String page = html(boot("one\ntwo\n"), boot("one\n"));
    assertThat(page).contains("default-src &#39;none&#39;");
    assertThat(page)
        .doesNotContainPattern(Pattern.compile("(?i)https?:|src=|url\\(|@import|<link"));
    assertThat(page).doesNotContainPattern("href=\"[^#]");
  }

  @Test
  void tableHasAVerdictForEachImageAndPlatform() throws Exception {
    BootSpec other = BootSpec.of("test32").build();
    Document page =
        parsed(
            html(
                boot("one\ntwo\n"),
                new BootFailure(other.withPlatform("kvm"), "HOST_IO", "No.", 4),
                new BootFailure(other, "IMAGE_NOT_FETCHED", "Fetch it.", 3)));
    Element table = (Element) page.getElementsByTagName("table").item(0);
    List<String> rows = rows(table);
    assertThat(rows)
        .containsExactly("platform|test64|test32", "bare|triple fault|not run", "kvm||not run");
    assertThat(texts(page, "title").getFirst()).isEqualTo("Paravane: 3 boots, 0 passed, 3 failed");
  }

  private static List<String> rows(Element table) {
    NodeList rows = table.getElementsByTagName("tr");
    return IntStream.range(0, rows.getLength())
        .mapToObj(i -> cells(rows.item(i).getChildNodes()))
        .toList();
  }

  private static String cells(NodeList nodes) {
    return String.join(
        "|",
        IntStream.range(0, nodes.getLength())
            .filter(i -> nodes.item(i) instanceof Element)
            .mapToObj(i -> nodes.item(i).getTextContent().strip())
            .toList());
  }

  @Test
  void phasesAreChartedAndEndWhereTheBootEnds() throws Exception {
    Document page = parsed(html(boot("one\nLinux version 6\n")));
    assertThat(texts(page, "th"))
        .anyMatch(text -> text.strip().equals("entry"))
        .anyMatch(text -> text.strip().equals("kernel"));
    NodeList curves = page.getElementsByTagName("polyline");
    assertThat(curves.getLength()).isEqualTo(1);
    String points = ((Element) curves.item(0)).getAttribute("points");
    assertThat(points).startsWith("0.0,300.0 ").endsWith(" 1000.0,0.0");
  }

  @Test
  void onlyTheEndOfALongConsoleIsShown() throws Exception {
    Document page = parsed(html(boot("x".repeat(300 << 10) + "\nlast\n")));
    assertThat(texts(page, "summary")).contains("Console, 307,206 bytes, the end of it shown");
    assertThat(texts(page, "pre").getFirst()).endsWith("x\nlast\n").hasSize((256 << 10) + 1);
  }
}
