//! What officers read who sign in: accounts, sessions, the log. `{}` takes a value.

both_languages! { OfficeTexts:
    // Frame.
    bar_label: "Dành cho cán bộ", "For officers";
    nav_own: "Tài khoản của tôi", "My account";
    nav_admin: "Quản trị", "Administration";
    nav_accounts: "Quản trị tài khoản", "Accounts";
    nav_keys: "Khóa API", "API keys";
    nav_audit: "Nhật ký", "Audit log";
    nav_letters: "Thư bỏ, thư trả lại", "Undelivered";
    sign_out: "Đăng xuất", "Sign out";
    footer_sign_in: "Cán bộ đăng nhập", "Officers sign in";

    // Messages that were given up.
    letters_lede: "Những gì không gửi được, gửi cho loại nơi nhận nào và vì sao. Không có gì tự gửi lại từ đây.",
        "What could not be sent, to which kind of place and why. Nothing is sent again by itself from here.";
    letters_dead: "Đã bỏ, không gửi nữa", "Given up";
    letters_none: "Không có thư nào bị bỏ.", "Nothing was given up.";
    letters_tries: "{} lần gửi", "sent {} times";
    letters_by_mail: "Thư điện tử", "Mail";
    letters_digest: "Bản tin cho {}", "Digest for {}";
    letters_endpoint: "Hệ thống {}", "System {}";
    letters_send: "Gửi lại", "Send again";
    letters_again: "Thư đang chờ gửi lại.", "It waits to be sent again.";
    letters_unclear: "Có thể đã tới: hỏi người nhận trước, rồi người quản máy chủ dùng lệnh `langnghe endpoints retry`.",
        "It may have arrived: ask who was to get it first; then whoever runs the server uses `langnghe endpoints retry`.";
    letters_bounced: "Thư bị trả lại", "Letters that came back";
    letters_no_bounce: "Không có thư nào bị trả lại.", "No letter came back.";
    letters_final: "Địa chỉ không nhận thư", "The address takes no letters";
    letters_hope: "Tạm thời", "For now";

    // Failures.
    unauthorized_title: "Cần đăng nhập", "Please sign in";
    unauthorized_lede: "Trang này chỉ dành cho cán bộ đã đăng nhập.", "This page is for officers who signed in.";
    forbidden_title: "Tài khoản này không được làm việc đó", "This account may not do that";
    forbidden_lede: "Việc này nằm ngoài vai trò hoặc phạm vi của tài khoản. Nếu cần, hãy hỏi quản trị viên.",
        "This lies outside the role or the reach of the account. Ask an administrator if you need it.";
    too_many_title: "Xin chờ một chút", "Please wait a little";
    too_many_lede: "Có quá nhiều lần gửi từ máy này. Chờ vài giây rồi thử lại.",
        "Too many requests came from here. Wait some seconds and try again.";
    conflict_title: "Chưa thực hiện được", "Not done";
    conflict_lede: "Điều vừa yêu cầu không làm được như thế.", "What was asked cannot be done like that.";

    // Signing in.
    sign_in: "Đăng nhập", "Sign in";
    sign_in_lede: "Chỉ cán bộ mới cần tài khoản. Người dân đọc mọi trang công khai mà không đăng nhập.",
        "Only officers need an account. Citizens read all public pages without one.";
    login: "Tên đăng nhập", "Login name";
    password: "Mật khẩu", "Password";
    code: "Mã 6 số", "Six-digit code";
    code_hint: "Bỏ trống nếu tài khoản chưa bật mã trên điện thoại.", "Leave empty unless the account uses codes of a phone.";
    wrong: "Tên, mật khẩu hoặc mã không đúng, hoặc tài khoản đang tạm khóa vì sai nhiều lần. Kiểm tra lại, chờ ít phút, hoặc nhờ quản trị viên đặt lại.",
        "The name, password or code is wrong, or the account is closed for a while after several mistakes. Check, wait some minutes, or ask an administrator for a reset.";
    by_provider: "Đăng nhập bằng {}", "Sign in with {}";
    or: "hoặc", "or";
    no_way_in: "Máy chủ này chưa có cách đăng nhập nào: đăng nhập bằng mật khẩu đang tắt và chưa cấu hình OIDC.",
        "This server has no way to sign in: passwords are switched off and no OIDC provider is configured.";
    provider_failed: "Chưa đăng nhập được qua nhà cung cấp định danh. Hãy thử lại từ đầu.",
        "Signing in with the identity provider did not work. Please begin again.";
    provider_unmapped: "Nhà cung cấp định danh biết bạn, nhưng tài khoản của bạn chưa được gán vai trò nào ở đây. Hãy hỏi quản trị viên.",
        "The identity provider knows you, but your account has no role here. Ask an administrator.";

    // The own account.
    own_lede: "{} · {} · {}", "{} · {} · {}";
    password_title: "Đổi mật khẩu", "Change password";
    password_hint: "Ít nhất 15 ký tự. Vài từ ghép lại dễ nhớ hơn ký tự lạ. Đổi xong, mọi phiên khác kết thúc.",
        "At least 15 characters. A few words are easier to remember than odd characters. All other sessions end.";
    password_old: "Mật khẩu hiện tại", "Present password";
    password_new: "Mật khẩu mới", "New password";
    password_change: "Đổi mật khẩu", "Change password";
    password_changed: "Đã đổi mật khẩu; các phiên khác đã kết thúc.", "The password was changed; all other sessions ended.";
    password_wrong: "Mật khẩu hiện tại không đúng, hoặc tài khoản đang tạm khóa vì sai nhiều lần.",
        "The present password is wrong, or the account is closed for a while after several mistakes.";
    password_short: "Mật khẩu mới cần ít nhất 15 ký tự.", "The new password needs at least 15 characters.";
    password_long: "Mật khẩu mới quá dài (tối đa 512 byte).", "The new password is too long (512 bytes at most).";
    password_guessable: "Mật khẩu mới quá dễ đoán: nó chỉ gồm tên đăng nhập hoặc vài ký tự lặp lại.",
        "The new password is easy to guess: it is little more than the login name or a few characters repeated.";
    by_provider_only: "Tài khoản này đăng nhập qua nhà cung cấp định danh; mật khẩu và mã được quản lý ở đó.",
        "This account signs in with the identity provider; password and codes are looked after there.";
    totp_title: "Mã trên điện thoại", "Codes of a phone";
    totp_on: "Đang bật: khi đăng nhập, máy hỏi thêm mã 6 số.", "On: signing in asks for a six-digit code too.";
    totp_off: "Đang tắt. Nên bật: người biết mật khẩu vẫn không vào được nếu không có điện thoại của bạn.",
        "Off. Better switch it on: whoever learns the password still needs your phone.";
    totp_begin: "Bật mã", "Switch on";
    totp_stop: "Tắt mã", "Switch off";
    totp_stopped: "Đã tắt mã.", "Codes are switched off.";
    totp_started: "Đã bật mã. Từ nay đăng nhập cần mã trên điện thoại.", "Codes are switched on. Signing in asks for one from now on.";
    totp_lede: "Quét hình này bằng ứng dụng tạo mã (TOTP) trên điện thoại, rồi nhập mã đang hiện để xác nhận.",
        "Scan this with an app for codes (TOTP) on your phone, then type the code it shows.";
    totp_picture: "Mã QR chứa khóa của ứng dụng", "QR code with the key for the app";
    totp_typed: "Không quét được? Nhập khóa này vào ứng dụng:", "Cannot scan? Type this key into the app:";
    totp_confirm: "Xác nhận", "Confirm";
    totp_wrong: "Mã không đúng. Xem lại giờ của điện thoại rồi nhập mã mới.", "The code is wrong. Check the clock of the phone and type a new one.";
    sessions_title: "Phiên đăng nhập", "Sessions";
    session_this: "Phiên này", "This session";
    session_line: "Mở {}, dùng lần cuối {}", "Opened {}, last used {}";
    session_end: "Kết thúc", "End";
    sessions_end_others: "Kết thúc mọi phiên khác", "End all other sessions";
    sessions_ended: "Đã kết thúc.", "Ended.";

    // Accounts.
    accounts_lede: "Tài khoản là của cán bộ, không phải của người dân. Mọi thay đổi ở đây được ghi vào nhật ký.",
        "Accounts are of officers, not of citizens. Every change here is written to the audit log.";
    account_new: "Thêm tài khoản", "Add an account";
    account_add: "Thêm", "Add";
    account_add_hint: "Mật khẩu ban đầu được tạo ngẫu nhiên và chỉ hiện một lần.", "The first password is made at random and shown once.";
    display_name: "Họ tên hiển thị", "Name as shown";
    role: "Vai trò", "Role";
    reach: "Phạm vi", "Reach";
    reach_hint: "city (toàn thành phố), mã đơn vị cách nhau bằng dấu phẩy, hoặc agency:mã-cơ-quan.",
        "city (the whole city), codes of units joined by commas, or agency:id.";
    reach_city: "Toàn thành phố", "The whole city";
    reach_none: "Không đơn vị nào", "No unit";
    role_viewer: "Người xem", "Viewer";
    role_press_officer: "Cán bộ báo chí", "Press officer";
    role_unit_responder: "Cán bộ trả lời của đơn vị", "Unit responder";
    role_admin: "Quản trị", "Administrator";
    state: "Trạng thái", "State";
    state_active: "Đang dùng", "In use";
    state_disabled: "Đã ngừng", "Disabled";
    state_closed: "Tạm khóa đến {}", "Closed until {}";
    with_totp: "có mã", "with codes";
    account_save: "Lưu quyền", "Save rights";
    account_disable: "Ngừng tài khoản", "Disable";
    account_enable: "Cho dùng lại", "Enable";
    reset_password: "Đặt lại mật khẩu", "Reset password";
    reset_totp: "Bỏ mã trên điện thoại", "Drop codes";
    saved: "Đã lưu.", "Saved.";
    new_password: "Mật khẩu mới của {}, chỉ hiện lần này. Trao tận tay và nhắc đổi ngay:",
        "The new password of {}, shown this once. Hand it over in person and have it changed:";
    own_account: "Đây là tài khoản của bạn: không tự đổi quyền hay ngừng chính mình.",
        "This is your own account: nobody changes their own rights or disables themselves.";
    account_none: "Chưa có tài khoản nào khác trong phạm vi của bạn.", "There is no other account within your reach yet.";

    // Keys of the API.
    keys_lede: "Khóa dành cho hệ thống khác, không dành cho người. Máy chủ chỉ giữ dấu băm: khóa đã mất thì thu hồi và tạo khóa mới.",
        "Keys are for other systems, not for people. The server keeps a hash alone: withdraw one that is lost and make another.";
    key_none: "Chưa có khóa nào trong phạm vi của bạn.", "There is no key within your reach yet.";
    key_new: "Tạo khóa", "Make a key";
    key_name: "Ai giữ khóa (cơ quan, hệ thống)", "Who holds it (an office, a system)";
    key_scopes: "Khóa dùng để", "What it is for";
    key_rate: "Số lần gọi mỗi phút (để trống: theo cấu hình)", "Requests a minute (empty: as configured)";
    key_expires: "Ngày cuối cùng dùng được (để trống: không hạn)", "Last day of use (empty: without end)";
    key_add: "Tạo khóa", "Make the key";
    key_add_hint: "Khóa chỉ hiện một lần, ngay sau khi tạo.", "The key is shown once, right after it is made.";
    new_key: "Khóa của {}, chỉ hiện lần này. Chép vào nơi giữ bí mật của hệ thống dùng nó:",
        "The key of {}, shown this once. Copy it to where the system that uses it keeps secrets:";
    key_revoke: "Thu hồi", "Withdraw";
    key_revoke_hint: "Hệ thống đang dùng khóa này sẽ bị từ chối ngay. Không lấy lại được.",
        "The system that uses it will be refused at once. This cannot be taken back.";
    key_revoke_now: "Thu hồi ngay", "Withdraw now";
    key_revoked: "Đã thu hồi {}", "Withdrawn {}";
    key_until: "Dùng đến {}", "In use until {}";
    key_over: "Hết hạn {}", "Over since {}";
    key_used: "Dùng lần cuối {}", "Last used {}";
    key_unused: "Chưa dùng lần nào", "Never used";
    scope_read: "Đọc dữ liệu công khai", "Reading what is public";
    scope_open311: "Gửi phản ánh (Open311)", "Handing in reports (Open311)";
    scope_export: "Xuất dữ liệu lớn", "Taking out much at once";
    scope_restricted: "Đọc yêu cầu giải trình, cảnh báo (không công khai)", "Reading requests and alerts (not public)";

    // The log.
    audit_lede: "Ai đã làm gì, lúc nào. Mỗi dòng giữ dấu băm của dòng trước; `langnghe audit verify` kiểm tra toàn bộ.",
        "Who did what, and when. Each line holds the hash of the one before; `langnghe audit verify` checks them all.";
    audit_at: "Lúc", "When";
    audit_who: "Ai", "Who";
    audit_what: "Việc", "What";
    audit_change: "Thay đổi", "Change";
    audit_older: "Cũ hơn", "Older";
    audit_empty: "Chưa có gì trong nhật ký.", "The log is empty.";
    actor_command: "Lệnh trên máy chủ", "Command on the server";
    actor_nobody: "Chưa đăng nhập", "Not signed in";
    actor_key: "Khóa API {}", "API key {}";
}
