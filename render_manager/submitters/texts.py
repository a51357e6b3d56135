"""Part of Render Manager. What the submitters say, in Chinese where their host program speaks it.

Copied beside each submitter, so it needs nothing but Python 3.7.
"""

CHINESE = {
    # the client
    "Render Manager is not running: the scene waits in its inbox and is queued at its next start.": (
        "Render Manager 没有运行：场景已放入其收件箱，下次启动时会自动加入队列。"
    ),
    "Render Manager has not answered yet: the scene waits in its inbox.": (
        "Render Manager 尚未应答：场景已放入其收件箱。"
    ),
    "Sent to Render Manager as task {task}.": "已发送到 Render Manager，任务编号 {task}。",
    "Render Manager refused the scene.": "Render Manager 拒绝了该场景。",
    "The scene could not be laid into {inbox}: {why}.": "无法将场景放入 {inbox}：{why}。",
    # all of them
    "Send to Render Manager": "发送到 Render Manager",
    "Save the scene under a name first, then send it.": "请先为场景命名并保存，然后再发送。",
    "The scene could not be saved, so it was not sent: {why}": "场景无法保存，因此没有发送：{why}",
    "Frames": "帧",
    "Camera": "摄像机",
    "Output Folder": "输出文件夹",
    "Priority": "优先级",
    "Hold": "搁置",
    # Blender
    "Send the scene to Render Manager's queue": "将场景发送到 Render Manager 的队列",
    "Save the scene and queue it in Render Manager": "保存场景并加入 Render Manager 的队列",
    "Like 1-100x2,150": "例如 1-100x2,150",
    "Empty: as in the scene": "留空：与场景相同",
    "Width": "宽度",
    "Height": "高度",
    "Empty: a folder of Render Manager's choice": "留空：由 Render Manager 选择文件夹",
    "Queue it, but render it only when it is resumed there": "加入队列，但在那里恢复后才渲染",
    "Save the Scene First": "先保存场景",
    "Otherwise it is rendered as it was last saved": "否则按上次保存的内容渲染",
    # Maya
    "Send": "发送",
    "Send the scene to Render Manager": "将场景发送到 Render Manager",
    "Resolution": "分辨率",
    "(as in the scene)": "（与场景相同）",
    "Save and Send": "保存并发送",
    "Send as Last Saved": "按上次保存的内容发送",
    "Cancel": "取消",
    "The scene has changes that are not saved. What is rendered is the file.": (
        "场景有未保存的更改。渲染的是磁盘上的文件。"
    ),
    # the Unreal Editor
    "Queue the selected render queue or level sequence in Render Manager": (
        "将选中的渲染队列或关卡序列加入 Render Manager 的队列"
    ),
    "Select in the Content Browser what is to be rendered: a saved Movie Render Queue, or a level "
    "sequence (with it a preset of the Movie Render Queue, if you have one).": (
        "请在内容浏览器中选择要渲染的内容：已保存的影片渲染队列，或一个关卡序列"
        "（如有影片渲染队列的预设，请一并选择）。"
    ),
    "Save the open level first, then send it.": "请先保存打开的关卡，然后再发送。",
    "Nothing was sent, because not everything was saved.": "没有发送，因为并非所有内容都已保存。",
}
"""By what stands in the source."""


def in_language(text: str, language: str) -> str:
    """The text in the language, which may be written as any program does: zh_CN, zh_HANS, zh-Hans."""
    return CHINESE.get(text, text) if language.lower().startswith("zh") else text
