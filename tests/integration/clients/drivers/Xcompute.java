// The calls of seed 003 with the JDK's client, whose first request offers Upgrade: h2c.
// Arguments: base URL, token.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Xcompute {
  public static void main(String[] args) throws Exception {
    String payload = """
        {"model": "veo3.1-fast", "prompt": "海豚在碧蓝海洋中跳跃", "duration": 8,
         "aspect_ratio": "16:9", "image_urls": ["https://cdn.example.com/doc/image_0.png"]}
        """;
    HttpClient client = HttpClient.newHttpClient();
    for (int call = 0; call < 2; call++) { // the second one goes over the kept connection
      HttpRequest request = HttpRequest.newBuilder()
          .uri(URI.create(args[0] + "/v1/videos/generations"))
          .header("Authorization", "Bearer " + args[1])
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(payload))
          .build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      System.out.println(response.statusCode() + " " + response.body());
    }
  }
}
