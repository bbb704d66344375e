package org.paravane.harness.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.paravane.harness.BootFailure;
import org.paravane.harness.BootListener;
import org.paravane.harness.BootResult;
import org.paravane.harness.Harness;
import org.paravane.harness.Matrix;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import org.paravane.harness.adapter.ProviderPlatform;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.Limits;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.platform.Platforms;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reports of real boots against the schema that is published beside the documents. */
class ReportSchemaTest {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private static final BootSpec EVERYTHING =
      BootSpec.of("test64")
          .platform("xen-pv")
          .append("quiet")
          .expect("BOOT OK")
          .expect("nothing of the kind")
          .forbid("never")
          .platformOption("xen-mfn", "permuted")
          .mapDebugExit(16, 0)
          .limits(
              Limits.NONE
                  .withWallTime(Duration.ofMinutes(5))
                  .withInstructions(1_000_000_000)
                  .withSilence(Duration.ofMinutes(5)))
          .build();

  private static Harness harness() {
    return new Harness(
        new CatalogueLibrary(Path.of("target/no-images")),
        new InstalledPlatforms(
            Platforms.installed().all().stream()
                .<BootPlatform>map(provider -> new ProviderPlatform(provider, _ -> List.of()))
                .toList()));
  }

  private static String json(BootResult result) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonReport.write(result, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static JsonNode published() throws IOException {
    return JsonMapper.shared().readTree(Files.readString(Path.of("../docs/report.schema.json")));
  }

  /** The schema, but no object may have a member that it does not name. */
  private static JsonNode closed(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.has("properties")
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(ReportSchemaTest::closed);
    return schema;
  }

  private static List<String> errors(JsonNode schema, String document) {
    Schema compiled = REGISTRY.getSchema(schema.toString());
    return compiled.validate(document, InputFormat.JSON).stream().map(Error::toString).toList();
  }

  private static void assertDescribed(String document) throws IOException {
    assertThat(errors(published(), document)).isEmpty();
    assertThat(errors(closed(published()), document)).isEmpty();
  }

  @Test
  void describesABootWithEveryOption() throws IOException {
    assertDescribed(json(harness().prepare(EVERYTHING, BootListener.NONE).run()));
  }

  @Test
  void describesABootThatCouldNotBeTried() throws IOException {
    assertDescribed(json(new BootFailure(EVERYTHING, "IMAGE_NOT_FOUND", "There is no 'x'.", 3)));
  }

  @Test
  void describesAMatrix() throws IOException {
    Matrix matrix = new Matrix(harness());
    List<BootResult> results =
        matrix.run(matrix.onEveryPlatform(BootSpec.of("test64").build()), 1, _ -> {});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonReport.write(results, out);
    assertThat(results).hasSizeGreaterThan(5);
    assertDescribed(out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void refusesWhatIsNoReport() throws IOException {
    String report = json(harness().prepare(EVERYTHING, BootListener.NONE).run());
    for (String broken :
        List.of(
            "{}",
            report.replace("\"schemaVersion\" : 1", "\"schemaVersion\" : 2"),
            report.replace("\"marker-missing\"", "\"great\""),
            report.replace("\"rip\"", "\"pc\""))) {
      assertThat(errors(published(), broken)).isNotEmpty();
    }
  }
}
