"""What `./run hall` tells whoever brought the laptop: a hall without internet, step by step, in the terminal.

Words for an operator's terminal, in Vietnamese like everything that the start prints; Flask-free.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from survey.collection.qr import terminal_qr

LOOPBACK = "127.0.0.1"

_FIREWALLS = {
    "win32": (
        "Khi Windows hỏi về tường lửa, chọn “Mạng riêng” rồi bấm “Cho phép truy cập”.",
        "Nếu đã lỡ từ chối: mở PowerShell bằng quyền quản trị và gõ",
        '  netsh advfirewall firewall add rule name="Hieu Ro" dir=in action=allow protocol=TCP localport={port}',
    ),
    "darwin": ("Mở Cài đặt hệ thống > Mạng > Tường lửa > Tùy chọn, cho Python nhận kết nối đến.",),
    "linux": (
        "Nếu máy có tường lửa, gõ một trong hai lệnh:",
        "  sudo ufw allow {port}/tcp",
        "  sudo firewall-cmd --add-port={port}/tcp",
    ),
}


def hall_lines(addresses: Sequence[str], port: int, *, chosen: str, system: str = sys.platform) -> list[str]:
    """Return the lines that hall mode prints.

    addresses: of this machine, the likeliest first; chosen: scheme, host and port that phones get.
    """
    if list(addresses) == [LOOPBACK] and LOOPBACK in chosen:
        return _without_network(port)
    others = [address for address in addresses if f"//{address}:" not in f"{chosen}:"]
    return [
        "",
        "  HIỂU RÕ TRONG HỘI TRƯỜNG: máy này là máy chủ, không cần Internet",
        "",
        "  1. Cho điện thoại vào cùng mạng Wi-Fi với máy này (Wi-Fi của hội trường, hoặc Wi-Fi do máy này phát).",
        "     Điện thoại báo “không có Internet” thì chọn “Vẫn giữ kết nối”; nếu trang không mở, tắt dữ liệu di động.",
        "  2. Thử bằng một điện thoại trước khi họp: quét mã này, hoặc gõ địa chỉ",
        f"     {chosen}/S",
        "",
        terminal_qr(f"{chosen}/S"),
        "",
        f"  3. Trên máy này mở http://{LOOPBACK}:{port} và đăng nhập; mở buổi họp của đợt rồi chiếu mã lên màn hình.",
        "  4. Điện thoại không mở được trang thử thì do tường lửa hoặc do địa chỉ:",
        *(f"     {line.format(port=port)}" for line in _firewall(system)),
        *_other_addresses(others, system),
        "  5. Cắm sạc, tắt chế độ ngủ, đừng gập máy và đừng đổi mạng Wi-Fi cho tới khi họp xong.",
        "",
        "  Họp xong: nhấn Ctrl+C. Phiếu đã nằm trên máy này; một bản sao lưu sẽ được làm và kiểm tra ngay.",
        "",
    ]


def _firewall(system: str) -> tuple[str, ...]:
    return _FIREWALLS.get(system, _FIREWALLS["linux"])


def _other_addresses(others: Sequence[str], system: str) -> list[str]:
    if not others:
        return []
    command = "run.cmd hall" if system == "win32" else "./run hall"
    return [
        "     Máy này còn địa chỉ khác; nếu điện thoại ở mạng ấy, nhấn Ctrl+C rồi gõ:",
        *(f"       {command} {address}" for address in others),
    ]


def _without_network(port: int) -> list[str]:
    return [
        "",
        "  MÁY NÀY CHƯA VÀO MẠNG NÀO, nên điện thoại chưa vào được.",
        "  Hãy nối máy vào Wi-Fi của hội trường (không cần Internet), hoặc bật “Điểm truy cập di động” để máy tự phát",
        "  Wi-Fi; sau đó nhấn Ctrl+C và chạy lại lệnh này.",
        f"  Trong lúc chờ, trên máy này vẫn mở được: http://{LOOPBACK}:{port}",
        "",
    ]
