//! A planted telephone number must not be found in any file that is kept, but for the capture cache.

use std::fs;
use std::path::Path;

use crate::program::run;

const PHONE: &str = "0909123789";

#[test]
fn a_planted_phone_number_is_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let tickets = format!(
        "Mã phản ánh,Nội dung,Địa chỉ,Ngày tiếp nhận,Trạng thái\n\
         P1,\"Ngập sâu trước nhà, gọi tôi số {PHONE} hoặc 0909 123 789 hoặc 0909.123.789 nhé\",\
         \"Phường Phú Định, {PHONE}\",12/11/2026 08:00,Đã xử lý\n"
    );
    fs::write(folder.path().join("phieu.csv"), tickets).unwrap();
    run(folder.path(), &["import", "phieu.csv"], b"").expect(0);
    fs::remove_file(folder.path().join("phieu.csv")).unwrap();
    let found = run(folder.path(), &["--json", "search", "ngập"], b"").expect(0);
    assert_eq!(found.json_lines().len(), 1);
    assert!(!found.stdout.contains("123789") && !found.stdout.contains("123 789"));
    let mut n_files = 0;
    search_files(&folder.path().join("data"), &mut n_files);
    assert!(n_files >= 3, "only {n_files} files looked at");
}

fn search_files(folder: &Path, n_files: &mut usize) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search_files(&path, n_files);
            continue;
        }
        *n_files += 1;
        let bytes = fs::read(&path).unwrap();
        for planted in [PHONE, "0909 123 789", "0909.123.789"] {
            let holds = bytes
                .windows(planted.len())
                .any(|window| window == planted.as_bytes());
            assert!(!holds, "{} holds {planted}", path.display());
        }
    }
}
