use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;

/// A service that answers once with these bytes, or ends the connection without any, or says nothing.
enum Service {
    Says(Vec<u8>),
    HangsUp,
    IsSilent,
}

/// What the service was sent, and what became of the notice.
async fn told(service: Service) -> (String, Answer) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let asked = request(&mut stream).await;
        match service {
            Service::Says(bytes) => {
                // The other side may have heard enough.
                let _ = stream.write_all(&bytes).await;
            }
            Service::HangsUp => {}
            Service::IsSilent => {
                let _ = stream.read(&mut [0; 1]).await;
            }
        }
        asked
    });
    let caller = Caller::new(None).unwrap();
    let answer = tell(&caller, &format!("http://127.0.0.1:{port}/out?a=b"), "TOKEN").await;
    drop(caller);
    (serving.await.unwrap(), answer)
}

async fn request(stream: &mut TcpStream) -> String {
    let mut asked = Vec::new();
    let mut part = [0; 1024];
    while !String::from_utf8_lossy(&asked).contains("logout_token=") {
        let read = stream.read(&mut part).await.unwrap();
        assert!(read > 0, "the request ends early");
        asked.extend(&part[..read]);
    }
    String::from_utf8(asked).unwrap()
}

fn says(status: &str, body: &str) -> Service {
    let length = body.len();
    Service::Says(
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes(),
    )
}

#[tokio::test]
async fn a_notice_is_a_form_and_its_status_is_the_answer() {
    let (asked, answer) = told(says("200 OK", "")).await;
    assert_eq!(answer, Answer::Delivered);
    assert!(asked.starts_with("POST /out?a=b HTTP/1.1\r\n"), "{asked}");
    assert!(asked.to_lowercase().contains("content-type: application/x-www-form-urlencoded"));
    assert!(asked.ends_with("\r\n\r\nlogout_token=TOKEN"), "{asked}");
    assert_eq!(told(says("204 No Content", "")).await.1, Answer::Delivered);
    assert_eq!(told(says("400 Bad Request", "{}")).await.1, Answer::Refused);
    for status in ["500 Internal Server Error", "404 Not Found", "401 Unauthorized", "100 Continue"]
    {
        let answer = told(says(status, "")).await.1;
        assert!(!matches!(answer, Answer::Delivered | Answer::Refused), "{status}: {answer:?}");
    }
}

#[tokio::test]
async fn nobody_is_followed_anywhere() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = elsewhere.local_addr().unwrap();
    let moved =
        format!("HTTP/1.1 307 Moved\r\nlocation: http://{address}/\r\ncontent-length: 0\r\n\r\n");
    let (_, answer) = told(Service::Says(moved.into_bytes())).await;
    assert_eq!(answer, Answer::Failed(String::from("status 307")));
    let nobody = tokio::time::timeout(Duration::from_millis(100), elsewhere.accept()).await;
    assert!(nobody.is_err(), "somebody came");
}

#[tokio::test]
async fn a_long_answer_is_not_read_and_its_status_counts() {
    let mut long = b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n".to_vec();
    long.extend(vec![b'a'; 1_000_000]);
    assert_eq!(told(Service::Says(long)).await.1, Answer::Delivered);
    let mut head = b"HTTP/1.1 200 OK\r\nx: ".to_vec();
    head.extend(vec![b'a'; 1_000_000]);
    assert!(matches!(told(Service::Says(head)).await.1, Answer::Unknown(_)));
}

#[tokio::test]
async fn what_may_have_arrived_is_told_from_what_cannot_have() {
    assert!(matches!(told(Service::HangsUp).await.1, Answer::Unknown(_)));
    assert!(matches!(
        told(Service::Says(b"nonsense\r\n\r\n".to_vec())).await.1,
        Answer::Unknown(_)
    ));
    let begun = Instant::now();
    assert!(matches!(told(Service::IsSilent).await.1, Answer::Unknown(_)));
    assert!(begun.elapsed() < Duration::from_secs(8));

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let caller = Caller::new(None).unwrap();
    for uri in [format!("http://{address}/"), format!("https://{address}/"), String::from("x")] {
        assert!(matches!(tell(&caller, &uri, "TOKEN").await, Answer::Failed(_)), "{uri}");
    }
    // Somebody is there, and speaks no TLS.
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = plain.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        let _ = stream.read(&mut [0; 1024]).await;
    });
    let answer = tell(&caller, &format!("https://{address}/"), "TOKEN").await;
    assert!(matches!(answer, Answer::Failed(_)), "{answer:?}");
    serving.await.unwrap();
}
